// What happens to gradients between a backward pass and the optimiser: sums over micro-batches, and the norm over all of them.
#include <cmath>

#include "updates.h"

namespace anneal {

// sum = (first ? 0 : sum) + scale·gradient, for every pair; the first forgets what was there, numbers or not.
ANNEAL_KERNEL(Accumulate) {
  const Tensor keep = c.tensor();
  const double scale = c.number();
  std::vector<Tensor> sums(static_cast<size_t>(c.integer())), gradients(sums.size());
  for (size_t k = 0; k < sums.size(); k++) {
    Slot& sum = c.slot();
    const Tensor gradient = c.slot().value;
    const Tensor shaped = gradient.sizes() == sum.value.sizes() ? gradient : gradient.reshape(sum.value.sizes());
    if (shaped.is_non_overlapping_and_dense()) alignState(sum, shaped);
    sums[k] = sum.value;
    gradients[k] = matchLayout(gradient, sum.value);
  }
  if (!useCpuKernels(keep)) {
    for (size_t k = 0; k < sums.size(); k++) {
      const Tensor added = at::mul(toFloat(gradients[k]), scale);
      sums[k].copy_(at::where(at::gt(keep, 0), at::add(sums[k], added), added));
    }
    return;
  }
  const bool keeps = *keep.data_ptr<float>() > 0;
  const float factor = static_cast<float>(scale);
  overChunks(chunksOf(sums.size(), [&](size_t k) { return sums[k].numel(); }), [&](const Chunk& chunk, size_t) {
    float* __restrict s = sums[chunk.index].data_ptr<float>();
    withElements(gradients[chunk.index], [&](const auto* __restrict g) {
#pragma omp simd
      for (int64_t i = chunk.begin; i < chunk.end; i++) s[i] = (keeps ? s[i] : 0.f) + factor * loops::load<float>(g + i);
    });
  });
}

// min(1, limit/(norm + 1e-6)) over the elements of all gradients, as torch.nn.utils.clip_grad_norm_; sums are in double, chunk by chunk.
ANNEAL_KERNEL(ClipCoefficient) {
  const double limit = c.number();
  std::vector<Tensor> gradients(static_cast<size_t>(c.integer()));
  for (auto& gradient : gradients) gradient = c.slot().value;
  constexpr double kSmall = 1e-6;
  if (!gradients.empty() && !useCpuKernels(gradients.front())) {
    for (auto& gradient : gradients) gradient = toFloat(gradient);
    const Tensor norm = at::norm(at::stack(at::_foreach_norm(gradients, 2)));
    return c.output(at::clamp_max(at::mul(at::reciprocal(at::add(norm, kSmall)), limit), 1));
  }
  for (auto& gradient : gradients)
    if (!gradient.is_non_overlapping_and_dense()) gradient = gradient.contiguous();
  const auto chunks = chunksOf(gradients.size(), [&](size_t k) { return gradients[k].numel(); });
  std::vector<double> squares(chunks.size());
  overChunks(chunks, [&](const Chunk& chunk, size_t at) {
    withElements(gradients[chunk.index], [&](const auto* g) {
      double sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int64_t i = chunk.begin; i < chunk.end; i++) {
        const double value = loops::load<float>(g + i);
        sum += value * value;
      }
      squares[at] = sum;
    });
  });
  double total = 0;
  for (const double square : squares) total += square;
  const double coefficient = limit / (std::sqrt(total) + kSmall);
  c.output(at::full({}, coefficient > 1 ? 1 : coefficient, at::kFloat));
}

}  // namespace anneal
