#include "rivulet_lanes.h"
