// greeting NAME…: greets everybody, by way of libgreeting.so.
#include "greeting/greeting.h"

#include "lib/io.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    char text[100];
    user::print("{}\n", greet(text, argv[i]));
  }
  user::print("{} greetings\n", greetings_made);
  return greetings_made == argc - 1 ? 0 : 1;
}
