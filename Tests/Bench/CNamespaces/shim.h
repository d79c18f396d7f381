#pragma once
#include <features.h>
#include <time.h>

#ifndef __USE_GNU
// setns(2).
int setns(int, int);
#endif
