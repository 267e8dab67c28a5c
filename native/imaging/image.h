// What an operation on pixels gets: images as uint8 [height, width, channels], and its parameters.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace anneal::imaging {

struct Image {
  uint8_t* data;
  int width, height, channels;
  size_t rowBytes() const { return static_cast<size_t>(width) * channels; }
  size_t bytes() const { return rowBytes() * height; }
  uint8_t* row(int y) const { return data + rowBytes() * y; }
};

/** Values beside the images, e.g. a table or a field of displacements. */
struct Values {
  void* data = nullptr;
  size_t bytes = 0;
};

/** Memory of one thread that outlives a call, so that operations allot nothing in the long run. Each kept apart by its place. */
class Scratch {
 public:
  template <typename T>
  T* take(int place, size_t count) {
    auto& bytes = buffers_.at(place);
    if (bytes.size() < count * sizeof(T)) bytes.resize(count * sizeof(T));
    return reinterpret_cast<T*>(bytes.data());
  }

 private:
  std::vector<std::vector<uint8_t>> buffers_ = std::vector<std::vector<uint8_t>>(10);
};

struct Call {
  Image in, out;
  const double* parameters;
  const Values* values;
  int valueCount;
  Scratch& scratch;
  int integer(int i) const { return static_cast<int>(parameters[i]); }
};

using Operation = void (*)(const Call&);

inline void require(bool holds, const char* message) {
  if (!holds) throw std::invalid_argument(message);
}

}  // namespace anneal::imaging
