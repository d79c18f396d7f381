// The entry of ikeadm: all but the arguments is Swift's.

int ikeadm(int count, char *const *arguments);

int main(int count, char **arguments)
{
    return ikeadm(count, arguments);
}
