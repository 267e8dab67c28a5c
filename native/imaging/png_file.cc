// PNG files of a few thousand pixels. What is not interlaced, and of 8 bits, is inflated by libdeflate in one piece; the rest goes through libspng.
#include <libdeflate.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "files.h"
#include "operations.h"

namespace anneal::imaging {
namespace {

constexpr size_t kStart = 8, kAroundChunk = 12, kMinBytes = 33;
/** Libvips, which has a limit in time, is worth its set-up for larger ones. */
constexpr uint64_t kMaxArea = 128 * 128;
constexpr uint8_t kGrey = 0, kRgb = 2, kPalette = 3, kGreyAlpha = 4, kRgbAlpha = 6, kAlphaBit = 4;
/** They change no pixel here, where samples are taken for sRGB. */
constexpr const char* kIgnored[] = {"pHYs", "tEXt", "tIME", "eXIf", "sRGB", "gAMA", "cHRM"};

struct Chunks {
  uint32_t width, height;
  uint8_t depth, type, interlaced;
  File palette, transparency, orientation;
  std::vector<File> data;
};

bool isImageHeader(const File& file) { return file.length >= kMinBytes && file.has(0, "\x89PNG\r\n\x1a\n", kStart); }

/** Calls `visit(name, content, checksum)` for each whole chunk until one returns false. */
template <typename Visit>
void visitChunks(const File& file, const Visit& visit) {
  for (size_t at = kStart; at + kAroundChunk <= file.length;) {
    const size_t length = file.u32(at);
    if (length > file.length - at - kAroundChunk) return;
    if (!visit(file.part(at + 4, length + 4), file.u32(at + 8 + length))) return;
    at += length + kAroundChunk;
  }
}

int coloursOf(uint8_t type) {
  switch (type) {
    case kGrey:
    case kGreyAlpha: return 1;
    case kRgb:
    case kPalette:
    case kRgbAlpha: return 3;
    default: return 0;
  }
}

/** @returns whether the chunks are the plain ones, in order and undamaged, so that nothing is left to judge. */
bool readPlain(const File& file, Chunks& chunks) {
  const uint8_t* header = file.data + 16;
  chunks.depth = header[8];
  chunks.type = header[9];
  chunks.interlaced = header[12];
  if (header[10] != 0 || header[11] != 0 || chunks.depth != 8 || chunks.interlaced != 0) return false;
  bool plain = true, ended = false;
  int number = 0, lastData = 0;
  visitChunks(file, [&](const File& chunk, uint32_t checksum) {
    const File content = chunk.part(4, chunk.length - 4);
    const bool isFirst = number++ == 0;
    plain = plain && libdeflate_crc32(0, chunk.data, chunk.length) == checksum && isFirst == chunk.has(0, "IHDR", 4);
    if (isFirst) {
      plain = plain && content.length == 13;
    } else if (chunk.has(0, "PLTE", 4)) {
      plain =
          plain && chunks.data.empty() && chunks.palette.data == nullptr && content.length % 3 == 0 && content.length > 0 && content.length <= 768;
      chunks.palette = content;
    } else if (chunk.has(0, "tRNS", 4)) {
      plain = plain && chunks.type == kPalette && chunks.data.empty() && chunks.palette.data != nullptr && chunks.transparency.data == nullptr &&
              content.length > 0 && content.length <= chunks.palette.length / 3;
      chunks.transparency = content;
    } else if (chunk.has(0, "IDAT", 4)) {
      plain = plain && (chunks.data.empty() || lastData == number - 1);
      lastData = number;
      chunks.data.push_back(content);
    } else if (chunk.has(0, "IEND", 4)) {
      ended = true;
    } else {
      plain = plain && std::any_of(std::begin(kIgnored), std::end(kIgnored), [&](const char* name) { return chunk.has(0, name, 4); });
    }
    return plain && !ended;
  });
  return plain && ended && !chunks.data.empty() && (chunks.type == kPalette) == (chunks.palette.data != nullptr);
}

/** Values of one pixel, of 16 bits: differences of bytes fit. */
using Pixel = int16_t __attribute__((vector_size(8)));
using PixelBytes = uint8_t __attribute__((vector_size(4)));

/** Reads four bytes, whatever a pixel has; what is over does not count. */
Pixel load(const uint8_t* from) {
  PixelBytes bytes;
  std::memcpy(&bytes, from, sizeof(bytes));
  return __builtin_convertvector(bytes, Pixel);
}

template <int kBytes>
void store(Pixel pixel, uint8_t* to) {
  const auto bytes = __builtin_convertvector(pixel, PixelBytes);
  std::memcpy(to, &bytes, kBytes);
}

Pixel absolute(Pixel values) { return values < 0 ? -values : values; }

/** Undoes the filter of one row in place; `above` has the row before. Source: PNG specification, third edition, §9.2. */
template <int kBytes>
bool unfilterRow(int filter, uint8_t* row, const uint8_t* above, size_t bytes) {
  const Pixel low = {255, 255, 255, 255};
  Pixel left = {}, corner = {};
  switch (filter) {
    case 0: return true;
    case 1:
      for (size_t i = 0; i < bytes; i += kBytes) store<kBytes>(left = (load(row + i) + left) & low, row + i);
      return true;
    case 2:
      for (size_t i = 0; i < bytes; i++) row[i] = static_cast<uint8_t>(row[i] + above[i]);
      return true;
    case 3:
      for (size_t i = 0; i < bytes; i += kBytes) store<kBytes>(left = (load(row + i) + ((left + load(above + i)) >> 1)) & low, row + i);
      return true;
    case 4:
      for (size_t i = 0; i < bytes; i += kBytes) {
        const Pixel up = load(above + i);
        // The predictor is left + up - corner; its distances from the three.
        const Pixel acrossUp = up - corner, acrossLeft = left - corner;
        const Pixel fromLeft = absolute(acrossUp), fromUp = absolute(acrossLeft), fromCorner = absolute(acrossUp + acrossLeft);
        const Pixel nearest = (fromLeft <= fromUp) & (fromLeft <= fromCorner) ? left : (fromUp <= fromCorner ? up : corner);
        store<kBytes>(left = (load(row + i) + nearest) & low, row + i);
        corner = up;
      }
      return true;
    default: return false;
  }
}

/** Bytes behind the last row that are read and do not count. */
constexpr size_t kReadOver = sizeof(PixelBytes);

template <int kBytes>
bool unfilter(uint8_t* rows, size_t rowBytes, int height, uint8_t* to) {
  const std::vector<uint8_t> zeros(rowBytes + kReadOver);
  const uint8_t* above = zeros.data();
  for (int y = 0; y < height; y++, rows += rowBytes + 1, to += rowBytes) {
    if (!unfilterRow<kBytes>(rows[0], rows + 1, above, rowBytes)) return false;
    std::memcpy(to, rows + 1, rowBytes);
    above = rows + 1;
  }
  return true;
}

struct Free {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

/** The pixels as the file has them: `bytes` for each. */
bool decodePlain(const File& file, const Chunks& chunks, int bytes, const Plan& plan, Scratch& scratch, uint8_t* to) {
  thread_local const std::unique_ptr<libdeflate_decompressor, Free> decompressor(libdeflate_alloc_decompressor());
  const size_t rowBytes = static_cast<size_t>(plan.fileWidth) * bytes, inflated = (rowBytes + 1) * plan.fileHeight;
  auto* rows = scratch.take<uint8_t>(0, inflated + kReadOver);
  File stream = chunks.data[0];
  std::vector<uint8_t> joined;
  if (chunks.data.size() > 1) {
    joined.reserve(file.length);
    for (const File& part : chunks.data) joined.insert(joined.end(), part.data, part.data + part.length);
    stream = {joined.data(), joined.size()};
  }
  if (decompressor == nullptr ||
      libdeflate_zlib_decompress(decompressor.get(), stream.data, stream.length, rows, inflated, nullptr) != LIBDEFLATE_SUCCESS)
    return false;
  switch (bytes) {
    case 1: return unfilter<1>(rows, rowBytes, plan.fileHeight, to);
    case 2: return unfilter<2>(rows, rowBytes, plan.fileHeight, to);
    case 3: return unfilter<3>(rows, rowBytes, plan.fileHeight, to);
    default: return unfilter<4>(rows, rowBytes, plan.fileHeight, to);
  }
}

/** @returns whether every index is in the palette. */
bool expandPalette(const Chunks& chunks, const uint8_t* indices, size_t pixels, int channels, uint8_t* to) {
  const size_t colours = chunks.palette.length / 3;
  for (size_t i = 0; i < pixels; i++, to += channels) {
    const size_t index = indices[i];
    if (index >= colours) return false;
    std::copy(chunks.palette.data + 3 * index, chunks.palette.data + 3 * index + 3, to);
    if (channels == 4) to[3] = index < chunks.transparency.length ? chunks.transparency.data[index] : 255;
  }
  return true;
}

bool decodeQuickly(const File& file, const Plan& plan, Scratch& scratch, uint8_t* to) {
  Chunks chunks{};
  if (!readPlain(file, chunks)) return false;
  if (chunks.type != kPalette) return decodePlain(file, chunks, plan.channels, plan, scratch, to);
  const size_t pixels = static_cast<size_t>(plan.fileWidth) * plan.fileHeight;
  auto* indices = scratch.take<uint8_t>(1, pixels);
  return decodePlain(file, chunks, 1, plan, scratch, indices) && expandPalette(chunks, indices, pixels, plan.channels, to);
}

bool decodeByLibrary(const File& file, const Image& to, Scratch& scratch) {
  try {
    decodePng({{const_cast<uint8_t*>(file.data), static_cast<int>(file.length), 1, 1}, to, nullptr, nullptr, 0, scratch});
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

bool planPng(const File& file, const Limits& limits, Plan& plan) {
  if (!isImageHeader(file)) return false;
  const uint32_t width = file.u32(16), height = file.u32(20);
  const uint8_t depth = file.data[24], type = file.data[25];
  const int colours = coloursOf(type);
  const uint64_t area = static_cast<uint64_t>(width) * height;
  if (area == 0 || area > kMaxArea || depth > 8 || colours == 0 || std::min(width, height) > limits.shorterSide) return false;
  bool transparent = (type & kAlphaBit) != 0;
  int orientation = 1;
  visitChunks(file, [&](const File& chunk, uint32_t) {
    transparent = transparent || chunk.has(0, "tRNS", 4);
    if (chunk.has(0, "eXIf", 4)) orientation = exifOrientation(chunk.part(4, chunk.length - 4));
    return true;
  });
  const auto [w, h] = std::pair(static_cast<int>(width), static_cast<int>(height));
  plan = {Plan::Format::kPng, w, h, w, h, colours + (transparent ? 1 : 0), orientation, false};
  return true;
}

bool decodePngFile(const File& file, const Plan& plan, Scratch& scratch, uint8_t* to) {
  const bool turns = plan.orientation != 1;
  const Temporary turned(scratch, 7, turns ? plan.bytes() : 0);
  const Image image{turns ? turned.data() : to, plan.width, plan.height, plan.channels};
  if (!decodeQuickly(file, plan, scratch, image.data) && !decodeByLibrary(file, image, scratch)) return false;
  if (turns) orient(image, plan.orientation, to);
  return true;
}

}  // namespace anneal::imaging
