#pragma once
#include <stdexcept>

namespace anneal {

// A process of the group has ended, or did not answer in time.
class PeerLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace anneal
