// Updates of all variables of a model at once, in place: what optimisers, gradients and averages share.
#pragma once
#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

#include "channel_loops.h"
#include "layout.h"

namespace anneal {

// A tensor with the memory order of another, float32 or bfloat16.
inline Tensor matchLayout(const Tensor& gradient, const Tensor& variable) {
  const Tensor g = gradient.sizes() == variable.sizes() ? gradient : gradient.reshape(variable.sizes());
  if (g.strides() == variable.strides() && (g.scalar_type() == at::kFloat || g.scalar_type() == at::kBFloat16)) return g;
  Tensor moved = at::empty_strided(variable.sizes(), variable.strides(), g.options());
  moved.copy_(g);
  return moved;
}

// Gives a state the memory order of what it is the state of.
inline void alignState(Slot& state, const Tensor& variable) {
  if (state.value.strides() == variable.strides()) return;
  Tensor moved = at::empty_strided(variable.sizes(), variable.strides(), state.value.options());
  moved.copy_(state.value.reshape(variable.sizes()));
  Runtime::get().move(state, moved);
}

constexpr int kStates = 3;

struct Update {
  Tensor variable, gradient;
  // Those that the optimiser has; the others are undefined.
  Tensor states[kStates];
  // `rate` scales the learning rate.
  float weightDecay, rate;
  Slot* slot;
};

struct Updates {
  std::vector<Update> list;
  // Factor of the gradients, undefined for 1.
  Tensor gradientScale;

  bool onCpu() const { return list.empty() || useCpuKernels(list.front().variable); }
  float scale() const { return gradientScale.defined() ? *gradientScale.data_ptr<float>() : 1.f; }
  // A gradient in float32, scaled, by tensors.
  Tensor gradientOf(const Update& u) const {
    const Tensor g = toFloat(u.gradient);
    return gradientScale.defined() ? at::mul(g, gradientScale) : g;
  }
};

inline Updates readUpdates(Command& c, int states) {
  Updates updates;
  updates.gradientScale = c.optionalTensor();
  updates.list.resize(static_cast<size_t>(c.integer()));
  for (auto& u : updates.list) {
    u.slot = &c.slot();
    u.variable = u.slot->value;
    u.gradient = matchLayout(c.slot().value, u.variable);
    for (int i = 0; i < states; i++) {
      Slot& state = c.slot();
      alignState(state, u.variable);
      u.states[i] = state.value;
    }
    u.weightDecay = static_cast<float>(c.number());
    u.rate = static_cast<float>(c.number());
  }
  return updates;
}

// A stretch of one tensor's elements: what one thread does at a time, whatever the number of threads.
struct Chunk {
  size_t index;
  int64_t begin, end;
};

template <class SizeOf>
std::vector<Chunk> chunksOf(size_t count, const SizeOf& sizeOf) {
  constexpr int64_t kChunk = 1 << 15;
  std::vector<Chunk> chunks;
  for (size_t k = 0; k < count; k++)
    for (int64_t i = 0, size = sizeOf(k); i < size; i += kChunk) chunks.push_back({k, i, std::min(i + kChunk, size)});
  return chunks;
}

template <class Run>
void overChunks(const std::vector<Chunk>& chunks, const Run& run) {
  at::parallel_for(0, static_cast<int64_t>(chunks.size()), 1, [&](int64_t from, int64_t to) {
    for (int64_t k = from; k < to; k++) run(chunks[static_cast<size_t>(k)], static_cast<size_t>(k));
  });
}

// Calls `run` with a tensor's elements as float or bfloat16.
template <class Run>
void withElements(const Tensor& x, const Run& run) {
  if (x.scalar_type() == at::kBFloat16) run(reinterpret_cast<loops::Bf16*>(x.data_ptr()));
  else run(x.data_ptr<float>());
}

// The bfloat16 copy of a weight, where there is one, over a chunk.
inline void refreshBf16Copy(const Update& u, const Chunk& chunk) {
  if (!u.slot->bf16Copy.defined()) return;
  const float* w = u.variable.data_ptr<float>();
  auto* h = reinterpret_cast<loops::Bf16*>(u.slot->bf16Copy.data_ptr());
#pragma omp simd
  for (int64_t i = chunk.begin; i < chunk.end; i++) loops::store(h + i, w[i]);
}

// Splits the elements of all variables evenly over the threads. `step(weight, gradient, state, state, state, decay, rate)` gives the new
// weight; states that the optimiser does not have stand for its first.
template <class Step>
void updateCpu(const Updates& updates, const Step& step) {
  const float scale = updates.scale();
  const auto chunks = chunksOf(updates.list.size(), [&](size_t k) { return updates.list[k].variable.numel(); });
  overChunks(chunks, [&](const Chunk& chunk, size_t) {
    const Update& u = updates.list[chunk.index];
    withElements(u.gradient, [&](const auto* __restrict g) {
      float* __restrict w = u.variable.data_ptr<float>();
      float* __restrict a = u.states[0].data_ptr<float>();
      float* __restrict b = u.states[1].defined() ? u.states[1].data_ptr<float>() : a;
      float* __restrict c = u.states[2].defined() ? u.states[2].data_ptr<float>() : a;
      const float decay = u.weightDecay, rate = u.rate;
#pragma omp simd
      for (int64_t i = chunk.begin; i < chunk.end; i++) w[i] = step(w[i], scale * loops::load<float>(g + i), a[i], b[i], c[i], decay, rate);
    });
    refreshBf16Copy(u, chunk);
  });
}

}  // namespace anneal
