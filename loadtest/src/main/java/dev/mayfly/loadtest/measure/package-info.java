/** What came of it: samples, counts and histograms, and the values in which a finished run is handed on. No sockets, no files. */
package dev.mayfly.loadtest.measure;
