// false: fails.
int main(int, char**) { return 1; }
