// JPEG by libjpeg-turbo: files decoded, and images compressed and back with Pillow's settings.
#include <turbojpeg.h>

#include <memory>

#include "files.h"
#include "operations.h"

namespace anneal::imaging {
namespace {

struct Close {
  void operator()(void* handle) const { tjDestroy(handle); }
};
constexpr int kLengthBytes = 4;
using Handle = std::unique_ptr<void, Close>;

void check(int result, const Handle& handle) {
  if (result != 0) throw std::runtime_error(tjGetErrorStr2(handle.get()));
}

}  // namespace

size_t jpegBytes(int width, int height, int channels) {
  return kLengthBytes + tjBufSize(width, height, channels == 1 ? TJSAMP_GRAY : TJSAMP_444);
}

/**
 * quality, 1 to 100; full resolution of colours. The output is one row: four bytes, little endian, with the length of the file, and then the file.
 */
void encodeJpeg(const Call& call) {
  thread_local const Handle compressor(tjInitCompress());
  require(compressor != nullptr, "no memory for the codec");
  const Image &in = call.in, &out = call.out;
  const bool grey = in.channels == 1;
  const int sampling = grey ? TJSAMP_GRAY : TJSAMP_444;
  unsigned long length = tjBufSize(in.width, in.height, sampling);
  require(out.bytes() >= length + kLengthBytes, "the output is too small for the file");
  unsigned char* bytes = out.data + kLengthBytes;
  check(tjCompress2(compressor.get(), in.data, in.width, static_cast<int>(in.rowBytes()), in.height, grey ? TJPF_GRAY : TJPF_RGB, &bytes, &length,
                    sampling, call.integer(0), TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC),
        compressor);
  for (int i = 0; i < kLengthBytes; i++) out.data[i] = static_cast<uint8_t>(length >> (8 * i));
}

/** quality, 1 to 100; colour differences have half the resolution */
void jpeg(const Call& call) {
  thread_local const Handle compressor(tjInitCompress()), decompressor(tjInitDecompress());
  require(compressor && decompressor, "no memory for the codec");
  const Image &in = call.in, &out = call.out;
  const bool grey = in.channels == 1;
  const int format = grey ? TJPF_GRAY : TJPF_RGB, sampling = grey ? TJSAMP_GRAY : TJSAMP_420;
  auto room = tjBufSize(in.width, in.height, sampling);
  auto* bytes = call.scratch.take<unsigned char>(0, room);
  check(tjCompress2(compressor.get(), in.data, in.width, static_cast<int>(in.rowBytes()), in.height, format, &bytes, &room, sampling, call.integer(0),
                    TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC),
        compressor);
  check(tjDecompress2(decompressor.get(), bytes, room, out.data, out.width, static_cast<int>(out.rowBytes()), out.height, format, TJFLAG_ACCURATEDCT),
        decompressor);
}

/**
 * The file's bytes as an image of one row, to its own size or, where the output has that size, to 1/2, 1/4 or 1/8 of it. Whatever is amiss is
 * refused, warnings too.
 */
void decodeJpeg(const Call& call) {
  thread_local const Handle decompressor(tjInitDecompress());
  require(decompressor != nullptr, "no memory for the codec");
  const Image &in = call.in, &out = call.out;
  const int format = out.channels == 1 ? TJPF_GRAY : TJPF_RGB;
  check(tjDecompress2(decompressor.get(), in.data, in.bytes(), out.data, out.width, static_cast<int>(out.rowBytes()), out.height, format,
                      TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS),
        decompressor);
}

}  // namespace anneal::imaging
