#pragma once
#include <features.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
