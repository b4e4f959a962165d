package dev.manyhands.json;

/// Which custom ids came, by a number of 64 bits for each: among a million, two different ones have
/// the same with a chance below one in ten million, and then a job is refused that could have been
/// taken. Used by one thread.
final class CustomIdSet {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long[] slots = new long[64];
  private int size;

  int size() {
    return size;
  }

  /// @return false if it was there
  boolean add(String id) {
    if (2 * size >= slots.length) {
      grow();
    }
    if (!put(slots, number(id))) {
      return false;
    }
    size++;
    return true;
  }

  private void grow() {
    long[] more = new long[2 * slots.length];
    for (long slot : slots) {
      if (slot != 0) {
        put(more, slot);
      }
    }
    slots = more;
  }

  private static boolean put(long[] slots, long number) {
    int mask = slots.length - 1;
    int at = (int) number & mask;
    while (slots[at] != 0) {
      if (slots[at] == number) {
        return false;
      }
      at = (at + 1) & mask;
    }
    slots[at] = number;
    return true;
  }

  /// FNV-1a with the last step of MurmurHash3, which spreads it; 0 stands for an empty slot.
  private static long number(String id) {
    long hash = OFFSET;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return hash == 0 ? 1 : hash;
  }
}
