/// From so many decibels of signal over quantization noise on, nobody sees a loss: hardly a decision differs.
package let faultlessDb = 40.0
