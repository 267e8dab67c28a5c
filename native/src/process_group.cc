#include "process_group.h"

#include <ATen/Functions.h>

#ifdef ANNEAL_GLOO
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
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
  const size_t colon = options.store.rfind(':');
  TORCH_CHECK(options.store.rfind(tcp, 0) == 0 && colon > tcp.size(), "the store must be file:///PATH or tcp://HOST:PORT, not ", options.store);
  c10d::TCPStoreOptions settings;
  settings.port = static_cast<uint16_t>(std::stoi(options.store.substr(colon + 1)));
  settings.isServer = options.rank == 0;
  settings.waitWorkers = false;
  settings.timeout = options.timeout;
  withoutLibuv(settings, 0);
  return c10::make_intrusive<c10d::TCPStore>(options.store.substr(tcp.size(), colon - tcp.size()), settings);
}

// Whether the elements lie in memory without a gap, in any order.
bool fillsItsStorage(const Tensor& t) { return t.is_non_overlapping_and_dense() && t.nbytes() == t.storage().nbytes(); }

// All elements in the order of memory.
Tensor flat(const Tensor& t) { return t.as_strided({t.numel()}, {1}); }

class GlooGroup : public ProcessGroup {
 public:
  explicit GlooGroup(const Options& options) : options_(options), store_(openStore(options)) { store_->add(kArrived, 1); }

  int64_t arrived() override {
    return orPeerLost([&] { return store_->add(kArrived, 0); });
  }

  void connect() override {
    auto settings = c10d::ProcessGroupGloo::Options::create(options_.timeout);
    const bool loopback = options_.store.rfind("file://", 0) == 0 || options_.store.rfind("tcp://127.", 0) == 0;
    settings->devices.push_back(loopback ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                         : c10d::ProcessGroupGloo::createDefaultDevice());
    settings->threads = 1;
    orPeerLost([&] { gloo_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store_, options_.rank, options_.worldSize, settings); });
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
    std::vector<int64_t> gathered;
    int64_t elements = 0;
    for (const int64_t handle : handles) {
      const Tensor& value = runtime.slot(handle).value;
      TORCH_CHECK(value.defined(), "handle ", handle, " has no tensor");
      const bool inPlace = value.is_cpu() && value.scalar_type() == at::kFloat && value.nbytes() >= kInPlaceBytes && fillsItsStorage(value) &&
                           value.use_count() == 1 && value.storage().use_count() == 1;
      if (inPlace) {
        const Tensor memory = flat(value);
        pending_.push_back({{}, memory, start(memory)});
      } else {
        gathered.push_back(handle);
        elements += value.numel();
      }
    }
    if (gathered.empty()) return;
    const Tensor buffer = at::empty({elements}, at::kFloat);
    int64_t offset = 0;
    for (const int64_t handle : gathered) {
      const Tensor& value = runtime.slot(handle).value;
      buffer.narrow(0, offset, value.numel()).view(value.sizes()).copy_(value);
      offset += value.numel();
    }
    pending_.push_back({gathered, buffer, start(buffer)});
  }

  void finishSums() override {
    Runtime& runtime = Runtime::get();
    const auto pending = std::exchange(pending_, {});
    for (const auto& [handles, memory, work] : pending) {
      wait(work);
      int64_t offset = 0;
      for (const int64_t handle : handles) {
        const Tensor& value = runtime.slot(handle).value;
        const Tensor summed = memory.narrow(0, offset, value.numel()).view(value.sizes());
        offset += value.numel();
        runtime.set(handle, summed.to(runtime.device));
      }
    }
  }

 private:
  struct Pending {
    // Whose sums lie one after another in `memory`; none where it is a gradient's own.
    std::vector<int64_t> handles;
    Tensor memory;
    Work work;
  };

  c10d::ProcessGroupGloo& gloo() {
    TORCH_CHECK(gloo_, "the process group is not connected");
    return *gloo_;
  }

  Work start(const Tensor& values) {
    std::vector<Tensor> tensors{values};
    return orPeerLost([&] { return gloo().allreduce(tensors); });
  }

  static void wait(const Work& work) {
    orPeerLost([&] { work->wait(); });
  }

  const Options options_;
  const Store store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo_;
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
