#include "host_sums.h"

#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "peer_lost.h"
#include "updates.h"

namespace anneal {

namespace {

// Chunks that one call of the system reads, at most.
constexpr int64_t kChunksPerRead = 16;

// A stretch of another process' memory, and where it goes.
struct Stretch {
  void* here;
  int64_t there;
  size_t bytes;
};

// @returns whether all of it could be read
bool read(int64_t process, const std::vector<Stretch>& stretches) {
  std::vector<iovec> here, there;
  size_t bytes = 0;
  for (const Stretch& stretch : stretches) {
    here.push_back({stretch.here, stretch.bytes});
    there.push_back({reinterpret_cast<void*>(stretch.there), stretch.bytes});
    bytes += stretch.bytes;
  }
  return process_vm_readv(static_cast<pid_t>(process), here.data(), here.size(), there.data(), there.size(), 0) == static_cast<ssize_t>(bytes);
}

void readOrLose(int64_t process, const std::vector<Stretch>& stretches) {
  if (!read(process, stretches)) throw PeerLost(std::string("cannot read the memory of another process of the group: ") + std::strerror(errno));
}

int64_t addressOf(const void* memory) { return static_cast<int64_t>(reinterpret_cast<uintptr_t>(memory)); }

// What each process gives: a row by rank.
Tensor rowsOf(const std::vector<int64_t>& own, size_t rank, size_t worldSize, const HostSums::Exchange& exchange) {
  const Tensor rows = at::zeros({static_cast<int64_t>(worldSize), static_cast<int64_t>(own.size())}, at::kLong);
  std::copy(own.begin(), own.end(), rows.data_ptr<int64_t>() + rank * own.size());
  exchange(rows);
  return rows;
}

void awaitAll(const HostSums::Exchange& exchange) { exchange(at::zeros({1}, at::kLong)); }

// One sum: where each process has the tensors, and which chunks each of them sums.
class Sum {
 public:
  Sum(const std::vector<Tensor>& tensors, const std::vector<int64_t>& processes, size_t rank, const HostSums::Exchange& exchange)
      : tensors_(tensors), processes_(processes), rank_(rank), chunks_(processes.size()) {
    const auto chunks = chunksOf(tensors.size(), [&](size_t k) { return tensors[k].numel(); });
    for (size_t k = 0; k < chunks.size(); k++) chunks_[k % chunks_.size()].push_back(chunks[k]);
    std::vector<int64_t> own;
    int64_t bytes = 0;
    for (const Tensor& tensor : tensors) {
      own.push_back(addressOf(tensor.data_ptr()));
      bytes += static_cast<int64_t>(tensor.nbytes());
    }
    own.push_back(bytes);
    addresses_ = rowsOf(own, rank, processes.size(), exchange);
    for (size_t peer = 0; peer < processes.size(); peer++)
      TORCH_CHECK(address(peer, tensors.size()) == bytes, "processes of a group sum different gradients");
  }

  // Adds what the others have to the chunks that this process sums.
  void add() const {
    overChunks(chunks_[rank_], [&](const Chunk& chunk, size_t) {
      withElements(tensors_[chunk.index], [&](auto* elements) { addTo(elements + chunk.begin, chunk); });
    });
  }

  // Copies the chunks that the others have summed.
  void fetch() const {
    for (size_t peer = 0; peer < processes_.size(); peer++) {
      if (peer == rank_) continue;
      const auto& summed = chunks_[peer];
      at::parallel_for(0, static_cast<int64_t>(summed.size()), kChunksPerRead, [&](int64_t from, int64_t to) {
        for (int64_t begin = from; begin < to; begin += kChunksPerRead) {
          std::vector<Stretch> stretches;
          for (int64_t k = begin; k < std::min(begin + kChunksPerRead, to); k++) {
            const Chunk& chunk = summed[static_cast<size_t>(k)];
            const Tensor& tensor = tensors_[chunk.index];
            stretches.push_back(stretchOf(chunk, peer, static_cast<char*>(tensor.data_ptr()) + chunk.begin * tensor.element_size()));
          }
          readOrLose(processes_[peer], stretches);
        }
      });
    }
  }

 private:
  template <class T>
  void addTo(T* elements, const Chunk& chunk) const {
    const size_t count = static_cast<size_t>(chunk.end - chunk.begin);
    thread_local std::vector<float> sums;
    thread_local std::vector<T> others;
    sums.resize(count);
    others.resize(count);
    for (size_t i = 0; i < count; i++) sums[i] = loops::load<float>(elements + i);
    for (size_t peer = 0; peer < processes_.size(); peer++) {
      if (peer == rank_) continue;
      readOrLose(processes_[peer], {stretchOf(chunk, peer, others.data())});
      for (size_t i = 0; i < count; i++) sums[i] += loops::load<float>(others.data() + i);
    }
    for (size_t i = 0; i < count; i++) loops::store(elements + i, sums[i]);
  }

  Stretch stretchOf(const Chunk& chunk, size_t peer, void* here) const {
    const int64_t size = static_cast<int64_t>(tensors_[chunk.index].element_size());
    return {here, address(peer, chunk.index) + chunk.begin * size, static_cast<size_t>((chunk.end - chunk.begin) * size)};
  }

  int64_t address(size_t peer, size_t index) const { return addresses_.data_ptr<int64_t>()[peer * (tensors_.size() + 1) + index]; }

  const std::vector<Tensor>& tensors_;
  const std::vector<int64_t>& processes_;
  const size_t rank_;
  // By the rank that sums them.
  std::vector<std::vector<Chunk>> chunks_;
  // By rank, those of its tensors, and the number of their bytes.
  Tensor addresses_;
};

}  // namespace

std::unique_ptr<HostSums> HostSums::between(size_t rank, size_t worldSize, const Exchange& exchange) {
  // A process of another host may have the same identifier, but not the same number at the same address.
  const int64_t token = std::random_device()();
  const Tensor table = rowsOf({getpid(), addressOf(&token), token}, rank, worldSize, exchange);
  const int64_t* row = table.data_ptr<int64_t>();
  // Where only ancestors may read a process (Yama), those of rank 0's processes may: the others, where it has started them. Fails without Yama.
  prctl(PR_SET_PTRACER, row[0], 0, 0, 0);
  awaitAll(exchange);

  std::vector<int64_t> processes;
  bool readable = true;
  for (size_t peer = 0; peer < worldSize; peer++, row += 3) {
    int64_t seen = -1;
    readable = readable && read(row[0], {{&seen, row[1], sizeof seen}}) && seen == row[2];
    processes.push_back(row[0]);
  }
  const Tensor unreadable = at::full({1}, readable ? 0 : 1, at::kLong);
  exchange(unreadable);
  if (*unreadable.data_ptr<int64_t>() > 0) return nullptr;
  return std::unique_ptr<HostSums>(new HostSums(rank, exchange, std::move(processes)));
}

void HostSums::sum(const std::vector<Tensor>& tensors) const {
  const Sum sum(tensors, processes_, rank_, exchange_);
  sum.add();
  awaitAll(exchange_);
  sum.fetch();
  // Until then others still read what the next step overwrites.
  awaitAll(exchange_);
}

}  // namespace anneal
