import Rivulet

@main struct RivuletBench { static func main() {} }
