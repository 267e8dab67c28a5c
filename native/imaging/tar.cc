// Headers of plain entries of a tar archive.
#include <algorithm>
#include <cstring>

#include "operations.h"

namespace anneal::imaging {
namespace {

constexpr size_t kBlock = 512, kName = 100, kSizeAt = 124, kSizeBytes = 12, kSumAt = 148, kSumBytes = 8, kTypeAt = 156, kPrefixAt = 345;
constexpr uint8_t kSpace = ' ';
/** First byte of the content and its bytes, characters of the name, and 0 for a file or 1 for a folder. */
constexpr size_t kNumbers = 4;

/** Octal digits, as archivers write them, before a space or NUL. @returns whether there is nothing else */
bool octal(const uint8_t* field, size_t bytes, uint64_t& value) {
  value = 0;
  size_t at = 0;
  while (at < bytes && field[at] == kSpace) at++;
  const size_t start = at;
  for (; at < bytes && field[at] >= '0' && field[at] <= '7'; at++) value = value * 8 + (field[at] - '0');
  return at > start && (at == bytes || field[at] == 0 || field[at] == kSpace);
}

/** Whether a block is the header of a file or folder with a name in ASCII and no more to it. */
bool isPlain(const uint8_t* block, uint64_t& size, size_t& name) {
  const uint8_t type = block[kTypeAt];
  if (block[0] == 0 || block[kPrefixAt] != 0 || (type != '0' && type != 0 && type != '5' && type != '7')) return false;
  uint64_t stated;
  if (!octal(block + kSizeAt, kSizeBytes, size) || !octal(block + kSumAt, kSumBytes, stated)) return false;
  uint64_t sum = kSumBytes * kSpace;
  for (size_t i = 0; i < kBlock; i++) sum += block[i];
  for (size_t i = kSumAt; i < kSumAt + kSumBytes; i++) sum -= block[i];
  if (sum != stated) return false;
  name = static_cast<size_t>(std::find(block, block + kName, 0) - block);
  return std::all_of(block, block + name, [](uint8_t byte) { return byte < 0x80; });
}

}  // namespace

/**
 * Reads entries of which header and content are in the input, until one is not, or is of another kind. The output has 4 doubles for each, and a first one
 * more with their number: as many at most as it has room for.
 */
void tarEntries(const Call& call) {
  const size_t bytes = call.in.bytes(), room = call.out.bytes() / (kNumbers * sizeof(double));
  require(room >= 1, "the output has no room");
  size_t at = 0, count = 0;
  for (; at + kBlock <= bytes && count + 1 < room; count++) {
    const uint8_t* block = call.in.data + at;
    uint64_t size;
    size_t name;
    if (!isPlain(block, size, name)) break;
    const bool isFolder = block[kTypeAt] == '5' || block[name - 1] == '/';
    if (block[kTypeAt] == '5') size = 0;
    if (size > bytes) break;
    const size_t end = at + kBlock + (size + kBlock - 1) / kBlock * kBlock;
    if (end > bytes) break;
    const double numbers[kNumbers] = {static_cast<double>(at + kBlock), static_cast<double>(size), static_cast<double>(name), isFolder ? 1.0 : 0.0};
    std::memcpy(call.out.data + (count + 1) * sizeof(numbers), numbers, sizeof(numbers));
    at = end;
  }
  const double found[kNumbers] = {static_cast<double>(count), static_cast<double>(at), 0, 0};
  std::memcpy(call.out.data, found, sizeof(found));
}

}  // namespace anneal::imaging
