# Python's own tests of what is closest to the kernel. Left out is what needs a network's names.
for module in test_mmap test_select test_os test_threading test_subprocess; do
  python3 -m test "$module" > log 2>&1
  echo "$module $?"
  grep -e '^FAIL' -e '^ERROR' -e '^test.* failed' log | sort
done
