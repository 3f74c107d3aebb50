mkdir -p dist
cp in.txt dist/out.txt
