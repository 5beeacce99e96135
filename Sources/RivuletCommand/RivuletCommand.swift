import Rivulet

@main struct RivuletCommand { static func main() {} }
