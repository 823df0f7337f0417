// What is measured is only that it is started and ends.
int main() { return 0; }
