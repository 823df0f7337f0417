# A small C project, built by make with tcc, in parallel, and again after a change.
mkdir project && cd project || exit 1
cat > Makefile <<'END'
CC = tcc
CFLAGS = -Wall -g
OBJECTS = main.o words.o sums.o
count: $(OBJECTS)
	$(CC) -o $@ $^
%.o: %.c words.h
	$(CC) $(CFLAGS) -c -o $@ $<
check: count
	./count < Makefile | tee result
	test -s result
clean:
	rm -f count *.o result
.PHONY: check clean
END
cat > words.h <<'END'
int words(const char* line);
unsigned long sum(const char* line);
END
cat > words.c <<'END'
#include <ctype.h>
#include "words.h"
int words(const char* line) {
  int count = 0;
  for (int inside = 0; *line; ++line) {
    if (!isspace((unsigned char)*line) && !inside) ++count;
    inside = !isspace((unsigned char)*line);
  }
  return count;
}
END
cat > sums.c <<'END'
#include "words.h"
unsigned long sum(const char* line) {
  unsigned long sum = 5381;
  while (*line) sum = sum * 33 + (unsigned char)*line++;
  return sum;
}
END
cat > main.c <<'END'
#include <stdio.h>
#include "words.h"
int main(void) {
  char line[1000];
  int lines = 0, all = 0;
  unsigned long mixed = 0;
  while (fgets(line, sizeof line, stdin)) ++lines, all += words(line), mixed ^= sum(line);
  printf("%d lines, %d words, %lx\n", lines, all, mixed);
  return 0;
}
END
make -s -j4 check
make check
touch -d '2030-01-01' words.h && make -n 2>/dev/null | sort; touch -d '2001-01-01' words.h
sed -i 's/5381/5383/' sums.c && make -s check
echo 'int main(void) { return missing; }' > main.c
make -s 2>&1 | grep -o "missing' undeclared"
make -s clean && ls
echo '#include <stdio.h>
int main(int n, char** v) { printf("%s %d\n", v[1], n); return 4; }' | tcc -run - argument
echo "status $?"
