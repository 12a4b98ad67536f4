#!/usr/bin/env bash
# Make the viewer's copy of three.js anew, from the npm registry; needs Node.js.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
assets=$here/../../runtime/scenert/viewer/assets

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cp "$here/entry.js" .
npm install --silent --no-save three@0.187.0 esbuild@0.28.2
npx esbuild entry.js --bundle --minify --format=iife --global-name=THREE --legal-comments=none \
  --outfile="$assets/three.min.js"
cp node_modules/three/LICENSE "$assets/three.LICENSE"
