#include "rivulet_lanes.h"
#include "rivulet_lanes_integer.h"
#include "rivulet_lanes_single.h"
