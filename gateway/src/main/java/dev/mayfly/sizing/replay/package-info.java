/** What policies would have done with recorded traffic: cold starts against the time that machines were held. Pure: no clock, no machine. */
package dev.mayfly.sizing.replay;
