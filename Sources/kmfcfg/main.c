// The entry of kmfcfg: all but the arguments is Swift's.

int kmfcfg(int count, char *const *arguments);

int main(int count, char **arguments)
{
    return kmfcfg(count, arguments);
}
