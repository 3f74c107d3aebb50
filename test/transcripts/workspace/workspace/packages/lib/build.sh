mkdir -p dist; cp lib.txt dist/lib.txt; echo built lib
