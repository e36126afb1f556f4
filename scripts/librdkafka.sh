#!/usr/bin/env bash
# Makes the package librdkafka.redist (the native half of Confluent.Kafka) available to 'dotnet restore'.
#
#   scripts/librdkafka.sh            does nothing when the package is in scripts/feed, in the package cache or on a feed;
#                                    otherwise builds it into scripts/feed (about a minute)
#   scripts/librdkafka.sh --force    builds it in any case, and again
#
# The public feed has the package, some company mirrors do not. Then we build the same librdkafka version from the C source that
# the npm package @confluentinc/kafka-javascript carries, and pack it as Confluent.Kafka expects it:
# runtimes/linux-<arch>/native/librdkafka.so, which .NET finds through the deps file; no build/*.props are needed.
#
# Needs npm, a C compiler, make and the headers of OpenSSL (TLS, SASL SCRAM, OAUTHBEARER) and zlib (gzip). Headers of zstd and
# Cyrus SASL (GSSAPI) are used when present. The library links to the shared libraries of this machine: do not copy it to others.
# As root with FLAFKA_INSTALL=1 missing Debian packages are installed; otherwise the command that would do it is printed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

npm_package='@confluentinc/kafka-javascript@1.10.1' # carries librdkafka 2.15.1; checked after unpacking
feed="$FLAFKA_ROOT/scripts/feed"
version="$(sed -n 's/.*Include="librdkafka\.redist" Version="\([^"]*\)".*/\1/p' "$FLAFKA_ROOT/Directory.Packages.props")"
[[ -n "$version" ]] || die "Directory.Packages.props names no version of librdkafka.redist"
nupkg="librdkafka.redist.$version.nupkg"

force=
case "${1:-}" in
  '') ;;
  --force) force=1 ;;
  *) die "usage: scripts/librdkafka.sh [--force]" ;;
esac

work=
probe=
cleanup() {
  rm -rf -- ${work:+"$work"} ${probe:+"$probe"} "$feed/.$nupkg.$$"
  if [[ -n "$probe" ]]; then rmdir -- "$FLAFKA_ROOT/obj" 2>/dev/null || true; fi
}
trap cleanup EXIT

# Restores a throw-away project. It lies below the root, so that it sees the same nuget.config files as the solution.
restore_finds_it() {
  mkdir -p "$FLAFKA_ROOT/obj"
  probe="$(mktemp -d "$FLAFKA_ROOT/obj/librdkafka.XXXXXX")"
  cat >"$probe/probe.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="librdkafka.redist" Version="[$version]" /></ItemGroup>
</Project>
XML
  if (cd "$probe" && dotnet restore probe.csproj -v quiet -p:ImportDirectoryBuildProps=false \
    -p:ImportDirectoryBuildTargets=false -p:ImportDirectoryPackagesProps=false) >"$probe/log" 2>&1 </dev/null; then
    return 0
  fi
  # NU1101 to NU1103: the feeds answered and do not have it. Anything else would fail the real restore too, so say it here.
  if ! grep -qE 'NU110[123]' "$probe/log"; then
    explain_restore "$probe/log"
    exit 1
  fi
  return 1
}

if [[ -z "$force" ]]; then
  [[ ! -f "$feed/$nupkg" ]] || exit 0
  [[ ! -d "${NUGET_PACKAGES:-${HOME:-}/.nuget/packages}/librdkafka.redist/$version" ]] || exit 0
  preflight
  if restore_finds_it; then exit 0; fi
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) rid=linux-x64 ;;
  Linux-aarch64) rid=linux-arm64 ;;
  *) die "librdkafka.redist $version is on no configured feed, and this script builds it only on Linux x86_64 and aarch64, not on $(uname -sm)" ;;
esac

compiler() { command -v "${CC:-cc}" || command -v gcc || command -v clang; }
has_header() {
  if compiler >/dev/null; then
    printf '#include <stdio.h>\n#include <%s>\n' "$1" | "$(compiler)" -E - >/dev/null 2>&1
  else
    [[ -f "/usr/include/$1" ]] # good enough for naming what is missing besides the compiler
  fi
}

# Fills flafka_missing (needed) and packages (what Debian calls it), and optional_packages for what only adds a feature.
look_around() {
  flafka_missing=() packages=() optional_packages=()
  check_sdk
  if ! compiler >/dev/null; then
    flafka_missing+=("C compiler: neither cc nor gcc nor clang is on the PATH; librdkafka.redist is on no configured feed and has to be built")
    packages+=(gcc libc6-dev)
  fi
  if ! command -v make >/dev/null; then
    flafka_missing+=("make: librdkafka.redist is on no configured feed and has to be built")
    packages+=(make)
  fi
  if ! command -v npm >/dev/null; then
    flafka_missing+=("npm: librdkafka.redist is on no configured feed and is built from the source in an npm package")
    packages+=(npm)
  fi
  if ! has_header openssl/ssl.h; then
    flafka_missing+=("OpenSSL headers: TLS and SASL SCRAM to Kafka need them")
    packages+=(libssl-dev)
  fi
  if ! has_header zlib.h; then
    flafka_missing+=("zlib headers: Kafka's gzip compression needs them")
    packages+=(zlib1g-dev)
  fi
  has_header zstd.h || optional_packages+=(libzstd-dev)
  has_header sasl/sasl.h || optional_packages+=(libsasl2-dev)
}

look_around
if [[ ${#packages[@]} -gt 0 || ${#optional_packages[@]} -gt 0 ]] && may_install; then
  debian_install "${packages[@]}" "${optional_packages[@]}"
  look_around
fi
if [[ ${#flafka_missing[@]} -gt 0 ]]; then
  printf 'missing: %s\n' "${flafka_missing[@]}" >&2
  [[ ${#packages[@]} -eq 0 ]] || say "On Debian, as root: $(install_command "${packages[@]}" "${optional_packages[@]}")"
  exit 1
fi

work="$(mktemp -d "${TMPDIR:-/tmp}/flafka-librdkafka.XXXXXX")"
say "librdkafka.redist $version is built from source (about a minute; only this once)."
if ! (cd "$work" && npm pack "$npm_package" --silent --ignore-scripts) >"$work/npm.log" 2>&1 </dev/null; then
  tail -n 3 "$work/npm.log" >&2
  die "missing: npm package $npm_package: the npm registry does not offer it or is not reachable"
fi
tar -xzf "$work"/*.tgz -C "$work"
source_dir="$work/package/deps/librdkafka"
[[ -f "$source_dir/src/rdkafka.h" ]] || die "npm package $npm_package has no deps/librdkafka"
hex="$(sed -n 's/^#define *RD_KAFKA_VERSION *0x\([0-9a-f]*\)$/\1/p' "$source_dir/src/rdkafka.h")"
found="$((16#${hex:0:2})).$((16#${hex:2:2})).$((16#${hex:4:2}))"
[[ "$found" == "$version" ]] ||
  die "npm package $npm_package carries librdkafka $found, Directory.Packages.props wants $version: change npm_package in this script"

# Explicit switches: what is found by chance (libcurl, an external lz4) stays out, what we rely on fails here and not at run time.
switches=(--no-download --disable-lz4-ext --disable-curl --disable-debug-symbols --enable-ssl --enable-zlib)
if has_header zstd.h; then switches+=(--enable-zstd); else switches+=(--disable-zstd); fi
if has_header sasl/sasl.h; then switches+=(--enable-gssapi); else switches+=(--disable-gssapi); fi
# We use the C library only: without this line configure insists on a C++ compiler, and 'make libs' builds the C++ wrapper too.
sed -i '/^mkl_require cxx$/d' "$source_dir/configure.self"
if ! (cd "$source_dir" && bash ./configure "${switches[@]}" && make -s -j"$(nproc)" -C src librdkafka.so.1) >"$work/build.log" 2>&1 </dev/null; then
  tail -n 20 "$work/build.log" >&2
  die "librdkafka $version could not be built"
fi
built_with="$(sed -n 's/^#define BUILT_WITH "\(.*\)"$/\1/p' "$source_dir/config.h")"
cp "$source_dir/src/librdkafka.so.1" "$work/librdkafka.so"
cp "$source_dir/LICENSES.txt" "$work/LICENSES.txt"
if command -v strip >/dev/null; then strip --strip-unneeded "$work/librdkafka.so"; fi

cat >"$work/pack.nuspec" <<XML
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>librdkafka.redist</id>
    <version>$version</version>
    <authors>Confluent Inc. and the librdkafka authors</authors>
    <license type="file">LICENSES.txt</license>
    <description>librdkafka $version for $rid, built by scripts/librdkafka.sh of Flafka.Dataflow on this machine ($built_with).</description>
  </metadata>
  <files>
    <file src="LICENSES.txt" target="LICENSES.txt" />
    <file src="librdkafka.so" target="runtimes/$rid/native/librdkafka.so" />
  </files>
</package>
XML
cat >"$work/pack.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuspecFile>pack.nuspec</NuspecFile><IncludeBuildOutput>false</IncludeBuildOutput></PropertyGroup>
</Project>
XML
# 'dotnet pack' writes the zip: no zip program is needed, and the package looks as any other.
if ! (cd "$work" && dotnet pack pack.csproj -p:NoBuild=true -v quiet -o "$work/out") >"$work/pack.log" 2>&1 </dev/null; then
  cat "$work/pack.log" >&2
  die "librdkafka.redist $version could not be packed"
fi

# The cache keeps what it once extracted. A copy of other content (--force, a broken one) would win over the package made now.
packages_dir="$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')"
cached="${packages_dir%/}/librdkafka.redist/$version"
if [[ -d "$cached" ]] && ! cmp -s "$cached/$nupkg" "$work/out/$nupkg"; then rm -rf -- "$cached"; fi

mkdir -p "$feed"
cp "$work/out/$nupkg" "$feed/.$nupkg.$$"
mv "$feed/.$nupkg.$$" "$feed/$nupkg"
# Proves that the solution will find it, and fills the cache again for other clones that live on it.
restore_finds_it || die "scripts/feed/$nupkg was built, but restore does not find it: is scripts/feed a source in nuget.config?"

feature() { if [[ " $built_with " == *" $2 "* ]]; then printf ' %s' "$1"; else absent+=" $1"; fi; }
absent=
say "Built scripts/feed/$nupkg ($rid) with:$(
  feature TLS SSL
  feature SASL/SCRAM SASL_SCRAM
  feature SASL/OAUTHBEARER SASL_OAUTHBEARER
  feature SASL/GSSAPI SASL_CYRUS
  feature gzip ZLIB
  feature zstd ZSTD
  feature snappy SNAPPY
  printf ' lz4; without:%s' "${absent:- nothing}"
)"
if [[ ${#optional_packages[@]} -gt 0 ]]; then
  say "For the rest on Debian, as root: $(install_command "${optional_packages[@]}"); then scripts/librdkafka.sh --force"
fi
