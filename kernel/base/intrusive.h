// Boost.Intrusive under this project's names. Nodes never allocate, so linking never fails.
#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include "base/check.h"

namespace jacinth {

// A node knows whether it is linked, and must be unlinked before it dies.
using ListHook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::safe_link>>;
template <typename T, ListHook T::* kHook>
using IntrusiveList = boost::intrusive::list<T, boost::intrusive::member_hook<T, ListHook, kHook>,
                                             boost::intrusive::constant_time_size<false>>;

using TreeHook =
    boost::intrusive::set_member_hook<boost::intrusive::link_mode<boost::intrusive::safe_link>,
                                      boost::intrusive::optimize_size<true>>;
// A balanced tree ordered by KeyOf{}(node); equal keys allowed in IntrusiveMultiTree.
template <typename T, TreeHook T::* kHook, typename KeyOf>
using IntrusiveTree = boost::intrusive::set<T, boost::intrusive::member_hook<T, TreeHook, kHook>,
                                            boost::intrusive::key_of_value<KeyOf>,
                                            boost::intrusive::constant_time_size<false>>;
template <typename T, TreeHook T::* kHook, typename KeyOf>
using IntrusiveMultiTree =
    boost::intrusive::multiset<T, boost::intrusive::member_hook<T, TreeHook, kHook>,
                               boost::intrusive::key_of_value<KeyOf>,
                               boost::intrusive::constant_time_size<false>>;

}  // namespace jacinth
