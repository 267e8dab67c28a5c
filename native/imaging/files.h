// Image files that are decoded in the calling thread, to the pixels that a data set has: upright, and shrunk.
#pragma once
#include "image.h"

namespace anneal::imaging {

struct File {
  const uint8_t* data;
  size_t length;
  uint32_t u16(size_t at) const { return static_cast<uint32_t>(data[at]) << 8 | data[at + 1]; }
  uint32_t u32(size_t at) const { return u16(at) << 16 | u16(at + 2); }
  bool has(size_t at, const char* text, size_t bytes) const;
  File part(size_t from, size_t bytes) const { return {data + from, bytes}; }
};

/** What is decoded here; the sides are numbers that may be infinite. */
struct Limits {
  double pixels, shorterSide, keptPixels;
};

/** What a file becomes. */
struct Plan {
  enum class Format { kJpeg, kPng } format;
  /** Of the file, and of its pixels before they are turned. */
  int fileWidth, fileHeight, width, height;
  /** At most; an alpha channel that is opaque all over is dropped. */
  int channels;
  /** As Exif says, 1 to 8. */
  int orientation;
  bool progressive;
  size_t bytes() const { return static_cast<size_t>(width) * height * channels; }
  bool fits(const Limits& limits) const {
    return static_cast<double>(fileWidth) * fileHeight <= limits.pixels && static_cast<double>(width) * height <= limits.keptPixels;
  }
};

/** @returns whether the file is a JPEG that is decoded here. */
bool planJpeg(const File& file, const Limits& limits, Plan& plan);
/** @returns whether the file is a small PNG that is decoded here. */
bool planPng(const File& file, const Limits& limits, Plan& plan);

/** Decodes to `plan.bytes()` at `to`. @returns whether nothing was amiss. */
bool decodeJpegFile(const File& file, const Plan& plan, Scratch& scratch, uint8_t* to);
bool decodePngFile(const File& file, const Plan& plan, Scratch& scratch, uint8_t* to);

/** Room that `encodeJpeg` needs. */
size_t jpegBytes(int width, int height, int channels);

/** 1 where a block of Exif says none, or is broken. Source: Exif 2.32, tag 274. */
int exifOrientation(const File& block);

/** The image upright; `to` has its sides exchanged for orientations from 5 on. */
void orient(const Image& from, int orientation, uint8_t* to);

/** Where decoded pixels go that are turned or shrunk afterwards: kept memory, or memory of their own where there are many. */
class Temporary {
 public:
  Temporary(Scratch& scratch, int place, size_t bytes);
  uint8_t* data() const { return data_; }

 private:
  std::vector<uint8_t> own_;
  uint8_t* data_;
};

}  // namespace anneal::imaging
