# Packs svg/*.svg into one sprite, with a list of names and a command that prints it.
set -eu

sprite=dist/sprite.svg
printf '<svg xmlns="http://www.w3.org/2000/svg">\n' > "$sprite"
names=''
for icon in svg/*.svg; do
  name=$(basename "$icon" .svg)
  sed -e "s/<svg /<symbol id=\"$name\" /" -e 's/<\/svg>/<\/symbol>/' "$icon" >> "$sprite"
  names="$names${names:+, }\"$name\""
done
printf '</svg>\n' >> "$sprite"
printf '[%s]\n' "$names" > dist/names.json

ln -s sprite.svg dist/latest.svg
mkdir dist/overrides
printf '#!/bin/sh\ncat "$(dirname "$0")/names.json"\n' > dist/list-icons
chmod 755 dist/list-icons
