#include "thread_pool.h"

#include <algorithm>
#include <utility>

namespace anneal::imaging {
namespace {

const size_t kMaxThreads = std::max(1u, std::thread::hardware_concurrency());

}  // namespace

void ThreadPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    tasks_.clear();
  }
  added_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void ThreadPool::add(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    // One that has just done a task may not be free yet.
    if (free_ < tasks_.size() && threads_.size() < kMaxThreads) threads_.emplace_back([this] { work(); });
  }
  added_.notify_one();
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    free_++;
    added_.wait(lock, [this] { return ended_ || !tasks_.empty(); });
    free_--;
    if (ended_) return;
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace anneal::imaging
