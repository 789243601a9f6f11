#!/usr/bin/env bash
# Measures whole registers; benches/scale.sh --help says how. The measuring is benches/scale/, which
# this compiles alone, in seconds; what is measured is $ATTESTAR, or the present source.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
help= next= folders=(/dev/shm)
for argument in "$@"; do
  [[ -z $next ]] || folders+=("$argument")
  next=
  case $argument in
  --in | --sources) next=1 ;;
  -h | --help) help=1 ;;
  esac
done

if [[ -z ${ATTESTAR:-} && -z $help ]]; then
  cd "$here/.."
  cargo build --release --locked
  ATTESTAR=$(realpath "${CARGO_TARGET_DIR:-target}")/release/attestar
  cd "$OLDPWD"
fi
export ATTESTAR=${ATTESTAR:-} ATTESTAR_BENCHES=$here ATTESTAR_SCALE_FOLDER=attestar-scale-$$

work=$(mktemp -d)
# The program removes what it made; where it was stopped, this does.
tidy() {
  rm -rf "$work"
  for folder in "${folders[@]}"; do rm -rf "${folder:?}/$ATTESTAR_SCALE_FOLDER"; done
}
trap tidy EXIT

rustc --edition 2024 -O -o "$work/scale" "$here/scale/main.rs"
"$work/scale" "$@"
