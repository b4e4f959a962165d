package dev.manyhands.pool;

/// A function as the threads of this JVM call it: the bytes of an input's line in, the bytes of the
/// value out.
interface LineTask {
  /// Runs one task and appends its value, without LF. After an exception an unfinished value may
  /// stand in the buffer.
  ///
  /// @param from where the input starts
  /// @param to the position of its line's LF
  /// @throws InvalidInput if the input does not fit the function's type
  /// @throws UnwritableValue if the value has no JSON form
  /// @throws HttpFailure if a request had not the answer that it wants
  /// @throws Exception what the function throws
  void run(byte[] line, int from, int to, LineBuffer values) throws Exception;
}
