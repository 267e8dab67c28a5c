// PNG files by libspng, whose context is cheap to make: an image of a few thousand pixels decodes faster than a larger library sets up.
#include <spng.h>

#include <memory>

#include "operations.h"

namespace anneal::imaging {
namespace {

struct Close {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, Close>;

void check(int result) {
  if (result != 0) throw std::runtime_error(spng_strerror(result));
}

}  // namespace

/**
 * The file's bytes as an image of one row. The output has an alpha channel (the second or fourth) where the file's colour type or a tRNS chunk
 * has transparency; whatever has a colour profile is refused.
 */
void decodePng(const Call& call) {
  const Context context(spng_ctx_new(0));
  require(context != nullptr, "no memory for the decoder");
  const Image& out = call.out;
  check(spng_set_png_buffer(context.get(), call.in.data, call.in.bytes()));
  check(spng_set_image_limits(context.get(), static_cast<uint32_t>(out.width), static_cast<uint32_t>(out.height)));
  spng_ihdr header;
  check(spng_get_ihdr(context.get(), &header));
  spng_trns transparency;
  spng_iccp profile;
  require(spng_get_iccp(context.get(), &profile) != 0, "the image has a colour profile");
  const bool grey = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE || header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
  const bool opaque = (header.color_type & 4) == 0 && spng_get_trns(context.get(), &transparency) != 0;
  require(header.bit_depth <= 8 && header.width == static_cast<uint32_t>(out.width) && header.height == static_cast<uint32_t>(out.height) &&
              out.channels == (grey ? 1 : 3) + (opaque ? 0 : 1),
          "another kind of image was expected");
  if (opaque) return check(spng_decode_image(context.get(), out.data, out.bytes(), grey ? SPNG_FMT_G8 : SPNG_FMT_RGB8, 0));
  if (!grey) return check(spng_decode_image(context.get(), out.data, out.bytes(), SPNG_FMT_RGBA8, SPNG_DECODE_TRNS));
  constexpr int kColours = 4;
  const size_t pixels = out.bytes() / out.channels, bytes = pixels * kColours;
  auto* wide = call.scratch.take<uint8_t>(0, bytes);
  check(spng_decode_image(context.get(), wide, bytes, SPNG_FMT_RGBA8, SPNG_DECODE_TRNS));
  for (size_t i = 0; i < pixels; i++, wide += kColours) {
    out.data[2 * i] = wide[0];
    out.data[2 * i + 1] = wide[kColours - 1];
  }
}

}  // namespace anneal::imaging
