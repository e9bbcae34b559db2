/** What is told of a run: the table at the end, JSON, .hlog files and one page of HTML; and what they need beside the results: pool sizes and the environment. */
package dev.mayfly.loadtest.report;
