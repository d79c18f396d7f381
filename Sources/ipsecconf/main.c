// The entry of ipsecconf: all but the arguments is Swift's.

int ipsecconf(int count, char *const *arguments);

int main(int count, char **arguments)
{
    return ipsecconf(count, arguments);
}
