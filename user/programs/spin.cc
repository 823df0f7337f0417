// spin: uses a processor until it is killed.
int main(int, char**) {
  for (;;) asm volatile("");
}
