#include "tape.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

namespace anneal {

constexpr double kConstant = -2;
// Replays before a graph is recorded, in which libraries choose their algorithms, and graphs that are tried in all.
constexpr int kRunsBefore = 1, kMaxRecordings = 4;

static double opcodeOf(const std::string& name) {
  const auto& all = kernels();
  return static_cast<double>(std::find_if(all.begin(), all.end(), [&](const KernelEntry& entry) { return entry.name == name; }) - all.begin());
}

void Tape::record(const double* command, size_t length, const double* handles, size_t count) {
  pending_.push_back({{command, command + length}, {handles, handles + count}});
}

void Tape::recordRelease(int64_t handle) { pending_.push_back({{kRelease, static_cast<double>(handle)}, {}}); }

void Tape::recordConstant(int64_t handle, Tensor value) {
  constants_.push_back(std::move(value));
  pending_.push_back({{kConstant, static_cast<double>(handle), static_cast<double>(constants_.size() - 1)}, {handle}});
}

void Tape::append(const double* command, size_t length) {
  commands_.push_back(static_cast<double>(length));
  commands_.insert(commands_.end(), command, command + length);
}

std::vector<Tape::Entry> Tape::withEarlySums(std::vector<Entry> entries) {
  static const double startSums = opcodeOf("StartGradientSums");
  std::unordered_map<int64_t, size_t> lastUse;
  // After which command each one comes; a command comes after itself.
  std::vector<size_t> after(entries.size());
  bool early = false;
  for (size_t i = 0; i < entries.size(); i++) {
    after[i] = i;
    if (entries[i].command[0] == startSums) {
      early = true;
      after[i] = 0;
      for (const int64_t handle : entries[i].handles) {
        const auto used = lastUse.find(handle);
        if (used != lastUse.end()) after[i] = std::max(after[i], used->second);
      }
    }
    for (const int64_t handle : entries[i].handles) lastUse[handle] = i;
  }
  if (!early) return entries;
  communicates_ = true;
  std::vector<size_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return after[a] < after[b]; });
  std::vector<Entry> sorted;
  sorted.reserve(entries.size());
  for (const size_t i : order) sorted.push_back(std::move(entries[i]));
  return sorted;
}

void Tape::flush() {
  const size_t from = commands_.size();
  const std::vector<Entry> pending = withEarlySums(std::exchange(pending_, {}));
  std::unordered_map<int64_t, size_t> lastUse;
  std::vector<std::vector<int64_t>> releases(pending.size());
  for (size_t i = 0; i < pending.size(); i++) {
    for (const int64_t handle : pending[i].handles) lastUse[handle] = i;
    if (pending[i].command[0] != kRelease) continue;
    const auto handle = static_cast<int64_t>(pending[i].command[1]);
    const auto used = lastUse.find(handle);
    releases[used == lastUse.end() ? i : used->second].push_back(handle);
  }
  for (size_t i = 0; i < pending.size(); i++) {
    const auto& command = pending[i].command;
    if (command[0] != kRelease) append(command.data(), command.size());
    for (const int64_t handle : releases[i]) {
      const double release[] = {kRelease, static_cast<double>(handle)};
      append(release, 2);
    }
  }
  run(from);
}

void Tape::run(size_t from) const {
  const cuda::CudnnBenchmarkScope trials;
  const double* cursor = commands_.data() + from;
  const double* end = commands_.data() + commands_.size();
  while (cursor < end) {
    const auto length = static_cast<size_t>(*cursor++);
    if (cursor[0] == kRelease) Runtime::get().release(static_cast<int64_t>(cursor[1]));
    else if (cursor[0] == kConstant) Runtime::get().set(static_cast<int64_t>(cursor[1]), constants_[static_cast<size_t>(cursor[2])]);
    else execute(cursor, cursor + length, end);
    cursor += length;
  }
}

bool Tape::recordGraph() {
  Runtime& runtime = Runtime::get();
  if (communicates_ || replays_++ < kRunsBefore || recordings_ == kMaxRecordings) return false;
  recordings_++;
  runtime.dropBf16Copies();
  graph_ = cuda::record([this] { run(0); });
  if (!graph_) recordings_ = kMaxRecordings;
  moves_ = runtime.moves;
  bf16_ = runtime.bfloat16;
  return graph_ != nullptr;
}

void Tape::replay() {
  Runtime& runtime = Runtime::get();
  if (!runtime.device.is_cuda() || isProfiling()) return run(0);
  if (graph_ && (moves_ != runtime.moves || bf16_ != runtime.bfloat16)) graph_.reset();
  if (!graph_ && !recordGraph()) return run(0);
  graph_->launch();
  // Copies that other runs made are older than the weights; those of the recording lie in the graph's memory.
  runtime.dropBf16Copies();
}

}  // namespace anneal
