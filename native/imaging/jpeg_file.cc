// JPEG files by libjpeg-turbo; where one is shrunk to half or less, by scaled DCT first, as libvips does.
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "files.h"
#include "operations.h"

namespace anneal::imaging {
namespace {

/** Each scan of a progressive file goes over all pixels; larger ones are left to a decoder that has a limit in time. */
constexpr double kMaxProgressivePixels = 4e6;
constexpr int kScales[] = {8, 4, 2};
constexpr uint8_t kStart = 0xd8, kScan = 0xda, kBaseline = 0xc0, kExtended = 0xc1, kProgressive = 0xc2, kApp1 = 0xe1, kApp2 = 0xe2;
constexpr uint8_t kEndOfImage[] = {0xff, 0xd9};

struct Header {
  int width = 0, height = 0, components = 0, orientation = 1;
  bool progressive = false;
  /** Whether there is an ICC profile that is not sRGB. */
  bool foreignColours = false;
};

/** Whether an ICC profile calls itself sRGB, in ASCII or UTF-16. */
bool isSrgbProfile(const File& profile) {
  if (!profile.has(16, "RGB ", 4)) return false;
  const size_t end = std::min<size_t>(profile.length, 4096);
  for (size_t at = 128; at < end; at++) {
    size_t next = at;
    bool matches = true;
    for (const char letter : {'s', 'R', 'G', 'B'}) {
      if (letter != 's' && next < end && profile.data[next] == 0) next++;
      matches = matches && next < end && profile.data[next] == static_cast<uint8_t>(letter);
      next++;
    }
    if (matches) return true;
  }
  return false;
}

/** @returns whether the segment is whole, and of a coding that is read (not lossless, arithmetic or of 12 bits). */
bool readSegment(Header& header, uint8_t marker, const File& segment) {
  if (marker == kBaseline || marker == kExtended || marker == kProgressive) {
    if (segment.length < 6 || segment.data[0] != 8) return false;
    header.height = static_cast<int>(segment.u16(1));
    header.width = static_cast<int>(segment.u16(3));
    header.components = segment.data[5];
    header.progressive = marker == kProgressive;
  } else if (marker > 0xc0 && marker < 0xd0 && marker != 0xc4 && marker != 0xc8) {
    return false;
  } else if (marker == kApp1 && segment.has(0, "Exif\0\0", 6)) {
    header.orientation = exifOrientation(segment.part(6, segment.length - 6));
  } else if (marker == kApp2 && segment.has(0, "ICC_PROFILE\0", 12)) {
    const size_t start = std::min<size_t>(14, segment.length);
    header.foreignColours = header.foreignColours || !isSrgbProfile(segment.part(start, segment.length - start));
  }
  return true;
}

/** What the segments before the first scan say. @returns whether all are whole. */
bool readHeader(const File& file, Header& header) {
  if (file.length < 4 || file.data[0] != 0xff || file.data[1] != kStart) return false;
  for (size_t at = 2; at + 4 <= file.length;) {
    if (file.data[at] != 0xff) return false;
    const uint8_t marker = file.data[at + 1];
    if (marker == kScan) return header.width > 0 && header.height > 0;
    const size_t end = at + 2 + file.u16(at + 2);
    if (end > file.length || end < at + 4 || !readSegment(header, marker, file.part(at + 4, end - at - 4))) return false;
    at = end;
  }
  return false;
}

struct Close {
  void operator()(void* handle) const { tjDestroy(handle); }
};

bool decompress(const File& file, const Image& to) {
  thread_local const std::unique_ptr<void, Close> handle(tjInitDecompress());
  return handle != nullptr &&
         tjDecompress2(handle.get(), file.data, file.length, to.data, to.width, static_cast<int>(to.rowBytes()), to.height,
                       to.channels == 1 ? TJPF_GRAY : TJPF_RGB, TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) == 0;
}

/** Where no more than the end mark is missing, so is nothing of the picture; of a progressive one there may be. */
bool decompressWhole(const File& file, bool progressive, const Image& to) {
  if (decompress(file, to)) return true;
  if (progressive) return false;
  std::vector<uint8_t> ended(file.length + sizeof(kEndOfImage));
  std::copy(kEndOfImage, kEndOfImage + sizeof(kEndOfImage), std::copy(file.data, file.data + file.length, ended.begin()));
  return decompress({ended.data(), ended.size()}, to);
}

/** Shrinks the upper left `width`×`height` of an image with an antialiased triangle filter, as libvips' linear kernel does. */
void shrink(const Image& from, int width, int height, const Image& to, Scratch& scratch) {
  const double place[] = {
      0, 0, static_cast<double>(width), static_cast<double>(height), static_cast<double>(to.width), static_cast<double>(to.height), 0, 0};
  resize({from, to, place, nullptr, 0, scratch});
}

}  // namespace

bool planJpeg(const File& file, const Limits& limits, Plan& plan) {
  Header header;
  if (!readHeader(file, header) || header.foreignColours || (header.components != 1 && header.components != 3)) return false;
  if (header.progressive && static_cast<double>(header.width) * header.height > kMaxProgressivePixels) return false;
  const double scale = std::min(1.0, limits.shorterSide / std::min(header.width, header.height));
  const auto scaled = [&](int side) { return std::max(1, static_cast<int>(std::floor(side * scale + 0.5))); };
  plan = {Plan::Format::kJpeg,   header.width,      header.height,      scaled(header.width),
          scaled(header.height), header.components, header.orientation, header.progressive};
  return true;
}

bool decodeJpegFile(const File& file, const Plan& plan, Scratch& scratch, uint8_t* to) {
  const int channels = plan.channels;
  int scale = 1;
  for (const int factor : kScales)
    if (scale == 1 && plan.fileWidth >= factor * plan.width && plan.fileHeight >= factor * plan.height) scale = factor;
  const int scaledWidth = (plan.fileWidth + scale - 1) / scale, scaledHeight = (plan.fileHeight + scale - 1) / scale;
  const bool shrinks = scaledWidth != plan.width || scaledHeight != plan.height, turns = plan.orientation != 1;
  const Temporary turned(scratch, 7, turns ? plan.bytes() : 0);
  const Image upright{turns ? turned.data() : to, plan.width, plan.height, channels};
  if (shrinks) {
    const size_t bytes = static_cast<size_t>(scaledWidth) * scaledHeight * channels;
    const Temporary whole(scratch, 6, bytes);
    const Image scaled{whole.data(), scaledWidth, scaledHeight, channels};
    if (!decompressWhole(file, plan.progressive, scaled)) return false;
    // What is over at the right and below, less than a pixel of the scaled image, would be stretched to a whole one.
    shrink(scaled, plan.fileWidth / scale, plan.fileHeight / scale, upright, scratch);
  } else if (!decompressWhole(file, plan.progressive, upright)) {
    return false;
  }
  if (turns) orient(upright, plan.orientation, to);
  return true;
}

}  // namespace anneal::imaging
