// Threads that take one task after the other.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace anneal::imaging {

/** Starts a thread where a task finds none that is free, as many as there are cores. */
class ThreadPool {
 public:
  ThreadPool() = default;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool() { stop(); }
  /** Waits for tasks that are being done, and drops the others; for good. */
  void stop();
  void add(std::function<void()> task);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable added_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  size_t free_ = 0;
  bool ended_ = false;
};

}  // namespace anneal::imaging
