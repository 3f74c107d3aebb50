ls src
cat in.txt src/a.txt || true
[ ! -e optional.txt ] || true
[ ! -L link ] || readlink link
