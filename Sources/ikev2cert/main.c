// The entry of ikev2cert: all but the arguments is Swift's.

int ikev2cert(int count, char *const *arguments);

int main(int count, char **arguments)
{
    return ikev2cert(count, arguments);
}
