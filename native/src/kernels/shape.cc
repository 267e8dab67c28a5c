// Moving data: transposition, tiling, padding, slicing, joining.
#include <ATen/Functions.h>

#include "layout.h"

namespace anneal {

ANNEAL_KERNEL(Transpose) {
  const Tensor x = c.tensor();
  c.output(x.permute(c.dims()).contiguous());
}

ANNEAL_KERNEL(Tile) {
  const Tensor x = c.tensor();
  c.output(x.repeat(c.dims()));
}

ANNEAL_KERNEL(PadV2) {
  const Tensor x = c.tensor();
  const Dims pads = c.dims();
  const double value = c.number();
  Dims lastFirst;
  for (int64_t i = x.dim() - 1; i >= 0; i--) {
    lastFirst.push_back(pads[2 * i]);
    lastFirst.push_back(pads[2 * i + 1]);
  }
  c.output(at::constant_pad_nd(x, lastFirst, value));
}

ANNEAL_KERNEL(Slice) {
  Tensor x = c.tensor();
  const Dims begin = c.dims(), size = c.dims();
  for (size_t i = 0; i < begin.size(); i++) x = x.slice(static_cast<int64_t>(i), begin[i], begin[i] + size[i]);
  c.output(x.contiguous());
}

ANNEAL_KERNEL(Concat) {
  std::vector<Tensor> parts(c.integer());
  for (auto& part : parts) part = c.tensor();
  c.output(at::cat(parts, c.integer()));
}

// Parts share the whole's memory.
ANNEAL_KERNEL(SplitV) {
  const Tensor x = c.tensor();
  const int64_t axis = c.integer();
  int64_t begin = 0;
  for (const int64_t size : c.dims()) {
    c.output(x.slice(axis, begin, begin + size));
    begin += size;
  }
}

ANNEAL_KERNEL(GatherV2) {
  const Tensor x = c.tensor(), indices = c.tensor();
  const int64_t axis = c.integer();
  const Dims sizes = c.dims();
  c.output(at::index_select(x, axis, indices.reshape({-1})).reshape(sizes));
}

}  // namespace anneal
