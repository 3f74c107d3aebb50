ls src
cat in.txt src/a.txt 2> /dev/null || true
[ ! -e optional.txt ] || true
[ ! -L link ] || readlink link
