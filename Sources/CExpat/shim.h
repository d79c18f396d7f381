// The parser of XML.
#pragma once
#include <expat.h>
