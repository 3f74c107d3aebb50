mkdir -p dist
echo building "$@"
cp in.txt dist/out.txt
