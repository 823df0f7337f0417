# stress-ng: a number of rounds of each kind, with what it verifies itself.
try() {
  stress-ng --verify --no-rand-seed --temp-path "$PWD" --timeout 60 "$@" > log 2>&1
  echo "$1 $?"
  grep 'fail:' log | sed 's/\[[0-9]*\]//'
}
try --cpu 2 --cpu-ops 40
try --vm 2 --vm-bytes 16M --vm-ops 300
try --pipe 2 --pipe-ops 20000
try --signal 2 --signal-ops 2000
try --fork 2 --fork-ops 200
try --mmap 2 --mmap-bytes 4M --mmap-ops 20
try --hdd 1 --hdd-bytes 4M --hdd-ops 100
