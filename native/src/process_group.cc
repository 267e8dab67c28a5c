#include "process_group.h"

#include <ATen/Functions.h>

#include "host_sums.h"

#ifdef ANNEAL_GLOO
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef ANNEAL_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif

namespace anneal {

// Never destroyed unless closed: at the end of a process that has failed, its threads may still wait for a peer.
static ProcessGroup* opened = nullptr;

ProcessGroup& ProcessGroup::current() {
  TORCH_CHECK(opened, "no process group is open");
  return *opened;
}

void ProcessGroup::close() { delete std::exchange(opened, nullptr); }

#ifdef ANNEAL_GLOO

namespace {

using Work = c10::intrusive_ptr<c10d::Work>;
using Store = c10::intrusive_ptr<c10d::Store>;

// A gradient of this many bytes is summed where it is.
constexpr size_t kInPlaceBytes = 1 << 18;
const std::string kArrived = "arrived";

template <class Run>
auto orPeerLost(const Run& run) {
  try {
    return run();
  } catch (const c10::Error& error) {
    throw PeerLost(error.what_without_backtrace());
  } catch (const std::exception& error) {
    throw PeerLost(error.what());
  }
}

// libtorch since 2.4 serves the store with libuv unless it is told not to, also where it was built without, as Debian's is.
template <class Settings>
auto withoutLibuv(Settings& settings, int) -> decltype(settings.useLibUV, void()) {
  settings.useLibUV = false;
}
template <class Settings>
void withoutLibuv(Settings&, long) {}

Store openStore(const ProcessGroup::Options& options) {
  const std::string file = "file://", tcp = "tcp://";
  if (options.store.rfind(file, 0) == 0) {
    auto store = c10::make_intrusive<c10d::FileStore>(options.store.substr(file.size()), options.worldSize);
    store->setTimeout(options.timeout);
    return store;
  }
  const size_t slash = options.store.find('/', tcp.size());
  const std::string place = options.store.substr(0, slash), secret = slash == std::string::npos ? "" : options.store.substr(slash + 1);
  const size_t colon = place.rfind(':');
  TORCH_CHECK(place.rfind(tcp, 0) == 0 && colon > tcp.size(), "the store must be file:///PATH or tcp://HOST:PORT");
  std::string host = place.substr(tcp.size(), colon - tcp.size());
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  c10d::TCPStoreOptions settings;
  settings.port = static_cast<uint16_t>(std::stoi(place.substr(colon + 1)));
  settings.isServer = options.rank == 0;
  settings.waitWorkers = false;
  settings.timeout = options.timeout;
  withoutLibuv(settings, 0);
  const Store store = c10::make_intrusive<c10d::TCPStore>(host, settings);
  if (secret.empty()) return store;
  return c10::make_intrusive<c10d::PrefixStore>(secret, store);
}

// Whether the elements lie in memory without a gap, in any order.
bool fillsItsStorage(const Tensor& t) { return t.is_non_overlapping_and_dense() && t.nbytes() == t.storage().nbytes(); }

// All elements in the order of memory.
Tensor flat(const Tensor& t) { return t.as_strided({t.numel()}, {1}); }

// For collectives that know no bfloat16 and only move what they are given.
Tensor bytes(const Tensor& t) { return t.view(at::kByte); }

class GlooGroup : public ProcessGroup {
 public:
  explicit GlooGroup(const Options& options) : options_(options), store_(openStore(options)) { store_->add(kArrived, 1); }

  int64_t arrived() override {
    return orPeerLost([&] { return store_->add(kArrived, 0); });
  }

  void connect() override {
    auto settings = c10d::ProcessGroupGloo::Options::create(options_.timeout);
    settings->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(options_.address.empty() ? "127.0.0.1" : options_.address));
    settings->threads = 1;
    orPeerLost([&] { gloo_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store_, options_.rank, options_.worldSize, settings); });
    if (options_.address.empty() && !options_.compress)
      hostSums_ = HostSums::between(options_.rank, options_.worldSize, [this](Tensor values) { sum(values); });
#ifdef ANNEAL_NCCL
    if (!Runtime::get().device.is_cuda()) return;
    auto ofGpus = c10d::ProcessGroupNCCL::Options::create();
    ofGpus->timeout = options_.timeout;
    const Store store = c10::make_intrusive<c10d::PrefixStore>("nccl", store_);
    orPeerLost([&] { nccl_ = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, options_.rank, options_.worldSize, ofGpus); });
#endif
  }

  int rank() const override { return options_.rank; }
  int worldSize() const override { return options_.worldSize; }

  void sum(Tensor values) override { wait(start(values)); }

  void broadcast(Tensor values, int root) override {
    std::vector<Tensor> tensors{values};
    c10d::BroadcastOptions settings;
    settings.rootRank = root;
    wait(orPeerLost([&] { return gloo().broadcast(tensors, settings); }));
  }

  void startSums(const std::vector<int64_t>& handles) override {
    Runtime& runtime = Runtime::get();
    const at::Device device = overGpus() ? runtime.device : at::Device(at::kCPU);
    std::vector<int64_t> gathered;
    int64_t elements = 0;
    for (const int64_t handle : handles) {
      const Tensor& value = runtime.slot(handle).value;
      TORCH_CHECK(value.defined(), "handle ", handle, " has no tensor");
      const bool summable = value.scalar_type() == at::kFloat || (value.scalar_type() == at::kBFloat16 && sumsOnHost());
      const bool inPlace = !options_.compress && value.device() == device && summable && value.nbytes() >= kInPlaceBytes && fillsItsStorage(value) &&
                           value.use_count() == 1 && value.storage().use_count() == 1;
      if (inPlace) {
        const Tensor memory = flat(value);
        pending_.push_back({{}, memory, {}, startSum(memory)});
      } else {
        gathered.push_back(handle);
        elements += value.numel();
      }
    }
    if (gathered.empty()) return;
    const bool inParts = options_.compress && !overGpus();
    const int64_t size = inParts ? (elements + worldSize() - 1) / worldSize() * worldSize() : elements;
    const Tensor buffer = at::zeros({size}, at::device(device).dtype(options_.compress ? at::kBFloat16 : at::kFloat));
    int64_t offset = 0;
    for (const int64_t handle : gathered) {
      const Tensor& value = runtime.slot(handle).value;
      buffer.narrow(0, offset, value.numel()).view(value.sizes()).copy_(value);
      offset += value.numel();
    }
    if (inParts) {
      const Tensor parts = at::empty_like(buffer);
      pending_.push_back({gathered, buffer, parts, exchange(buffer, parts)});
    } else {
      pending_.push_back({gathered, buffer, {}, startSum(buffer)});
    }
  }

  void finishSums() override {
    Runtime& runtime = Runtime::get();
    auto pending = std::exchange(pending_, {});
    if (sumsOnHost()) {
      std::vector<Tensor> memories;
      for (const auto& sum : pending) memories.push_back(sum.memory);
      hostSums_->sum(memories);
    }
    for (auto& [handles, memory, parts, work] : pending) {
      if (!parts.defined()) continue;
      wait(work);
      work = spread(parts.view({worldSize(), -1}).sum(0, false, at::kFloat).to(at::kBFloat16), memory);
    }
    for (const auto& [handles, memory, parts, work] : pending) {
      if (work) wait(work);
      int64_t offset = 0;
      for (const int64_t handle : handles) {
        const Tensor& value = runtime.slot(handle).value;
        const Tensor summed = memory.narrow(0, offset, value.numel()).view(value.sizes());
        offset += value.numel();
        runtime.set(handle, summed.to(runtime.device, at::kFloat));
      }
    }
  }

 private:
  struct Pending {
    // Whose sums lie one after another in `memory`; none where it is a gradient's own.
    std::vector<int64_t> handles;
    Tensor memory;
    // Of compressed gradients, this process' part of them from every process, which it sums in float32.
    Tensor parts;
    Work work;
  };

  c10d::ProcessGroupGloo& gloo() {
    TORCH_CHECK(gloo_, "the process group is not connected");
    return *gloo_;
  }

  // Whether sums are those of NCCL, from GPU to GPU; else they go through the memory of the computer.
  bool overGpus() const {
#ifdef ANNEAL_NCCL
    return bool(nccl_);
#else
    return false;
#endif
  }

  bool sumsOnHost() const { return hostSums_ && !overGpus(); }

  Work startSum(const Tensor& gradients) { return sumsOnHost() ? Work() : start(gradients); }

  Work start(const Tensor& values) {
    std::vector<Tensor> tensors{values};
#ifdef ANNEAL_NCCL
    if (values.is_cuda()) return orPeerLost([&] { return nccl_->allreduce(tensors); });
#endif
    return orPeerLost([&] { return gloo().allreduce(tensors); });
  }

  // Gives each process its part of what all have.
  Work exchange(const Tensor& from, const Tensor& to) {
    Tensor output = bytes(to), input = bytes(from);
    std::vector<int64_t> equal;
    return orPeerLost([&] { return gloo().alltoall_base(output, input, equal, equal); });
  }

  // Puts the parts that each process has one after another. c10d's own allgather copies them in a thread that may write to no tensor of inference.
  Work spread(const Tensor& part, const Tensor& to) { return exchange(part.repeat({worldSize()}), to); }

  static void wait(const Work& work) {
    orPeerLost([&] { work->wait(); });
  }

  const Options options_;
  const Store store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo_;
  // Where all processes are on this host, and may read each other.
  std::unique_ptr<HostSums> hostSums_;
#ifdef ANNEAL_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl_;
#endif
  std::vector<Pending> pending_;
};

}  // namespace

void ProcessGroup::open(const Options& options) {
  TORCH_CHECK(!opened, "a process group is open already");
  opened = new GlooGroup(options);
}

#else

void ProcessGroup::open(const Options&) {
  TORCH_CHECK(false, "this build has no process groups: libtorch or the headers of Gloo (libgloo-dev) lack them");
}

#endif

}  // namespace anneal
