// The entry of in.ikev2d: all but the arguments is Swift's.

int ikev2d(int count, char *const *arguments);

int main(int count, char **arguments)
{
    return ikev2d(count, arguments);
}
