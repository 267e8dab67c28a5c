// Compression as JPEG and back, by libjpeg-turbo with Pillow's settings.
#include <turbojpeg.h>

#include <memory>

#include "operations.h"

namespace anneal::imaging {
namespace {

struct Close {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, Close>;

void check(int result, const Handle& handle) {
  if (result != 0) throw std::runtime_error(tjGetErrorStr2(handle.get()));
}

}  // namespace

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

}  // namespace anneal::imaging
