/** Storms: many first requests at the same instant; and how a gateway is that holds thousands of machines. Read first: {@link dev.mayfly.loadtest.storm.Storms}. */
package dev.mayfly.loadtest.storm;
