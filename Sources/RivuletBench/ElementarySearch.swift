extension RivuletBench {
  /// Searches random arguments of every elementary function for the one with the largest error.
  static func searchElementaryFunctions(count: Int) {
    #if RIVULET_WORST_ARGUMENTS
      searchWorstArguments(count: count)
    #endif
  }
}
